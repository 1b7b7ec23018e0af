import CMicroHTTPD

// What libmicrohttpd calls, on its one thread. Each request has an `Exchange`, kept in the request's context from its
// first line to its end; each connection a `ClientConnection`, kept in its own context.

func changeConnection(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ change: MHD_ConnectionNotificationCode
) {
    guard let owner, let connection, let context else { return }
    let core = Unmanaged<ServerCore>.fromOpaque(owner).takeUnretainedValue()
    if change == .CONNECTION_NOTIFY_STARTED {
        let client = ClientConnection(
            socket: swiftlet_mhd_socket(connection), swiftlet_mhd_client(connection))
        core.add(client)
        context.pointee = Unmanaged.passRetained(client).toOpaque()
    } else if let pointer = context.pointee {
        context.pointee = nil
        let client = Unmanaged<ClientConnection>.fromOpaque(pointer).takeRetainedValue()
        client.end()
        core.remove(client)
    }
}

func beginRequest(
    _ owner: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let owner, let connection else { return nil }
    let core = Unmanaged<ServerCore>.fromOpaque(owner).takeUnretainedValue()
    guard let kept = swiftlet_mhd_kept(connection) else { return nil }
    let client = Unmanaged<ClientConnection>.fromOpaque(kept).takeUnretainedValue()
    return Unmanaged.passRetained(Exchange(core, connection, client, target)).toOpaque()
}

func receiveRequest(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let size, let context = context?.pointee else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: upload, count: size.pointee)
    let goesOn = exchange.receive(method: method, version: version, upload: bytes)
    size.pointee = 0
    return goesOn ? .YES : .NO
}

func endRequest(
    _ owner: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let context, let pointer = context.pointee else { return }
    context.pointee = nil
    Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().end()
}
