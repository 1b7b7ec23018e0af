/// What a server accepts of one client, and of all of them together.
package struct HTTPLimits: Sendable, Hashable {
    /// Bytes of one request's body; more is answered with 413.
    package var body = 10 << 20
    /// Bytes of all bodies held at one time; a request that would exceed it is answered with 503.
    package var bodies = 128 << 20
    /// Bytes of the request line and the headers; more is answered with 431.
    package var headers = 16 << 10
    /// Connections open at one time; further clients wait to be accepted.
    package var connections = 4096
    /// Requests whose handlers run at one time; a further one is answered with 503.
    package var running = 512
    /// How long a connection may be silent, while it sends a request, reads an answer, or is kept for the next.
    package var silence: Duration = .seconds(60)
    /// How long after its connection, or after the request before, the head of a request may take to arrive, however
    /// steadily it trickles; then the connection is closed. Ought to be longer than `silence`.
    package var head: Duration = .seconds(90)
    /// How long the body of one request may take to arrive, however steadily it trickles; more is answered with 408.
    package var upload: Duration = .seconds(120)
    /// How long a handler may take; then it is cancelled and the client is answered with 503.
    package var handler: Duration = .seconds(60)

    package init() {}
}
