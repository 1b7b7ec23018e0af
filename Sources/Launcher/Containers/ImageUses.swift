import Glibc
import Posix

/// When the images that were fetched here were last used: a file for each, whose time of change tells. Images that
/// were there already are nobody's business.
struct ImageUses: Sendable {
    /// In the data directory.
    let directory: String

    init(dataDirectory: String) { directory = "\(dataDirectory)/images" }

    func noteFetched(_ image: String) {
        try? Directory.create(directory)
        try? SecureFile.write(Array(image.utf8), to: path(image))
    }

    func touch(_ image: String) { utimensat(AT_FDCWD, path(image), nil, 0) }

    /// Those not used for so long.
    func unused(for age: Duration) -> [String] {
        let oldest = time(nil) - Int(age.components.seconds)
        return ((try? Directory.entries(directory)) ?? []).compactMap { entry in
            var status = stat()
            guard stat("\(directory)/\(entry)", &status) == 0, status.st_mtim.tv_sec < oldest else { return nil }
            return (try? SecureFile.read("\(directory)/\(entry)", limit: 4096)).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    func forget(_ image: String) { unlink(path(image)) }

    private func path(_ image: String) -> String {
        "\(directory)/" + image.utf8.map { "/:@".utf8.contains($0) ? "%\($0)" : String(UnicodeScalar($0)) }.joined()
    }
}
