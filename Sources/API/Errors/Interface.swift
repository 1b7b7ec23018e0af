import JSON
import Posix

/// Which of the two interfaces a path belongs to; they differ in the shape of their errors.
enum Interface {
    case config, `public`

    static let publicPrefix = "/api/public/v1"

    init(path: String) {
        // An error may come before the path was brought into its one spelling.
        let segments = path.split(separator: "/")
        self = segments.starts(with: ["api", "public", "v1"]) || segments.first == "v1" ? .public : .config
    }

    func body(of problem: Problem, id: UUID) -> JSON {
        switch self {
        // Airbyte's clients look for this one in the public API's shape on either interface.
        case .config where problem.code == .notImplemented: problem.publicBody(id: id)
        case .config: ["errorId": .string(id.description), "message": .string(problem.message)]
        case .public: problem.publicBody(id: id)
        }
    }
}
