#if DEBUG && (os(Linux) || os(macOS))
    import Foundation

    /// The line of the program that led here: return addresses, for which the debugging information of a
    /// debug build has files and lines.
    package struct CallSite: Sendable {
        private let addresses: [UInt]

        package init() {
            // A return address is behind the call.
            addresses = Thread.callStackReturnAddresses.map { $0.uintValue - 1 }
        }

        /// The folder of this module, whose own lines are not of interest.
        private static let module =
            URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().path + "/"

        /// The innermost line outside of Strata, `main.swift:12`; nil if no tool of the machine finds it.
        package var line: String? {
            for address in addresses.prefix(64) {
                guard let line = Self.line(of: address), !line.hasPrefix(Self.module) else {
                    continue
                }
                return line
            }
            return nil
        }

        #if os(macOS)
            private static func line(of address: UInt) -> String? {
                var image = Dl_info()
                guard dladdr(UnsafeRawPointer(bitPattern: address), &image) != 0,
                    let name = image.dli_fname
                else { return nil }
                func hexadecimal(_ number: UInt) -> String { "0x" + String(number, radix: 16) }
                let text = output(of: [
                    "atos", "-fullPath", "-o", String(cString: name), "-l",
                    hexadecimal(UInt(bitPattern: image.dli_fbase)), hexadecimal(address),
                ])
                // `function (in image) (file:line)`
                return text?.split(separator: "(").last.map { String($0.prefix { $0 != ")" }) }
            }
        #else
            private static func line(of address: UInt) -> String? {
                guard let (path, offset) = image(of: address) else { return nil }
                let place = ["-e", path, "0x" + String(offset, radix: 16)]
                let text =
                    output(of: ["llvm-symbolizer", "--output-style=GNU"] + place)
                    ?? output(of: ["addr2line"] + place)
                // `file:line`, after the function where that is told; question marks for what is not known.
                let lines = text?.split(separator: "\n").map(String.init) ?? []
                return lines.last {
                    $0.hasPrefix("/") && !$0.hasPrefix("/<") && !$0.hasSuffix(":0")
                }
            }

            /// The file that is mapped at an address, and the address in it.
            private static func image(of address: UInt) -> (path: String, offset: UInt)? {
                let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
                var bases: [Substring: UInt] = [:]
                // `start-end permissions offset device inode   path`
                for line in maps.split(separator: "\n") {
                    let fields = line.split(separator: " ")
                    guard fields.count >= 6, let start = line.firstIndex(of: "/") else { continue }
                    let path = line[start...]
                    let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                    guard ends.count == 2 else { continue }
                    bases[path] = min(bases[path] ?? .max, ends[0])
                    if (ends[0]..<ends[1]).contains(address), let base = bases[path] {
                        return (String(path), address - base)
                    }
                }
                return nil
            }
        #endif

        private static func output(of command: [String]) -> String? {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = command
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return nil }
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
        }
    }
#else
    /// Release builds do not know where expressions are made.
    package struct CallSite: Sendable {
        package init() {}
        package var line: String? { nil }
    }
#endif
