/// Memory that plans share: as large as the largest of them needs.
package final class Arena {
    private(set) var storage = Storage(byteCount: 0)

    package init() {}

    func require(_ byteCount: Int) {
        if storage.byteCount < byteCount { storage = Storage(byteCount: byteCount) }
    }
}
