// What libFuzzer calls with each file it makes up; run.sh builds it together with the readers.
import Foundation

private let reader = ProcessInfo.processInfo.environment["READER"] ?? ""

@_cdecl("LLVMFuzzerTestOneInput")
public func readFile(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: count)
    let file = FileBytes(count: count) { $0.copyBytes(from: bytes) }
    do {
        switch reader {
        case "zip":
            let archive = try ZIPReader(file, name: reader)
            for member in archive.members { _ = try? archive.contents(of: member) }
        case "npy": use(try NPY.decode(file, at: 0, count: count, name: reader))
        case "npz": for named in try NPZ.decode(file, name: reader) { use(named.array) }
        case "safetensors":
            for named in try Safetensors.decode(file, name: reader).arrays { use(named.array) }
        case "json": _ = try JSON(parsing: JSON(parsing: file.bytes).description)
        case "hdf5": use(try HDF5Reader(file, name: reader).root)
        case "image": _ = try Image(file, name: reader)
        default: fatalError("READER names what reads.")
        }
    } catch {}
    return 0
}
