/// Where and how a server is to be connected to; good for one attempt.
package struct ServerAddress {
    /// A name, an address or the directory of a socket.
    package let host: String
    package let port: Int
    /// Of libpq, such as `sslmode`.
    package let parameters: [String: String]
    /// Settings of the session, such as `search_path`.
    package let session: [String: String]
    package let connectTimeout: Duration
    /// To be kept as long as the connection is.
    package let tunnel: SSHTunnel?
}
