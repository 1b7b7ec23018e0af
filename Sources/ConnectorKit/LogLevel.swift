/// How much a LOG message matters.
package enum LogLevel: String, Sendable {
    case fatal = "FATAL"
    case error = "ERROR"
    case warn = "WARN"
    case info = "INFO"
    case debug = "DEBUG"
    case trace = "TRACE"
}
