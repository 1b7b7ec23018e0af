package import Airbyte
import Posix

extension RowBlock {
    /// Whether the other connector knows the form, and the platform lets rows through in it.
    package static func isOffered(_ form: String) -> Bool { Environment.current[variable] == form }
}
