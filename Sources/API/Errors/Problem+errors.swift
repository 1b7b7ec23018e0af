import Access
import Flow
import HTTP
import HTTPClient
import Model
import SQL
import Schedule
import Secrets
import Store
import Sync

extension Problem {
    /// What an error means to a client; the one place where that is decided. Anything unlisted is the server's fault.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as HTTPError: self.init(error)
        case let error as AuthError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as TagError: self.init(.badRequest, error.description)
        case let error as ScheduleError: self.init(.badRequest, error.message)
        case let error as SecretError: self.init(.unprocessable, error.description)
        case let error as DatabaseError: self.init(error)
        case let error as FlowError: self.init(error)
        case let error as HTTPCallError: self.init(.unprocessable, error.message)
        case let error as CallError: self.init(.unavailable, error.description)
        case is CancellationError: self.init(.unavailable, "The request was cut short; try again.")
        default: self = .internalError
        }
    }

    private init(_ error: AuthError) {
        if let seconds = error.retryAfter {
            self.init(tooMany: error.description, retryAfter: seconds)
        } else {
            self.init(.unauthorized, error.description)
        }
    }

    private init(_ error: StoreError) {
        switch error.code {
        case .notFound: self.init(notFound: error.resource, id: error.id, error.message)
        case .conflict: self.init(.conflict, error.message)
        case .unsupported: self.init(.unprocessable, error.message)
        }
    }

    private init(_ error: FlowError) {
        switch error.code {
        case .noSuchRun(let run): self.init(notFound: "run", id: run.description, error.message)
        case .uniqueKeyTaken: self.init(.conflict, error.message)
        default: self = Self.internalError
        }
    }

    private init(_ error: DatabaseError) {
        switch error.code {
        case .unavailable: self.init(.unavailable, "The database cannot be reached; try again.")
        case .full: self.init(.unavailable, "The disk of the database is full; make room and try again.")
        case .conflict: self.init(.tryAgainLater, "Another change came in between; try again.")
        case .uniqueViolation: self.init(.conflict, "Something like it was made at the same time; look and try again.")
        case .constraintViolation: self.init(.conflict, "It does not fit what is stored; look and try again.")
        case .cancelled: self.init(.unavailable, "The database took too long; try again.")
        default: self = .internalError
        }
    }

    private init(_ error: HTTPError) {
        self.init(error.problemCode, error.problemCode == .internalError ? Self.internalError.message : error.message)
    }

    private static let internalError = Problem(
        .internalError, "The server could not answer this; its log says why, under the id of this error.")
}

extension HTTPError {
    fileprivate var problemCode: Problem.Code {
        switch code {
        case .badRequest: .badRequest
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .timeout: .timeout
        case .bodyTooLarge: .tooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .headersTooLarge: .headersTooLarge
        case .notImplemented: .notImplemented
        case .unavailable: .unavailable
        case .internalError, .cannotListen, .routes: .internalError
        }
    }
}
