import JSON
import Posix

/// Which of the two interfaces a path belongs to; they differ in the shape of their errors.
enum Interface {
    case config, `public`

    static let publicPrefix = "/api/public/v1"

    init(path: String) {
        self = [Self.publicPrefix, "/v1"].contains { path == $0 || path.hasPrefix($0 + "/") } ? .public : .config
    }

    func body(of problem: Problem, id: UUID) -> JSON {
        switch self {
        case .config: ["errorId": .string(id.description), "message": .string(problem.message)]
        case .public: problem.publicBody(id: id)
        }
    }
}
