import CMicroHTTPD

// What libmicrohttpd calls, on its one thread. Each request has an `Exchange`, kept in the request's context from its
// first line to its end.

func beginRequest(
    _ owner: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let owner, let connection else { return nil }
    let core = Unmanaged<ServerCore>.fromOpaque(owner).takeUnretainedValue()
    return Unmanaged.passRetained(Exchange(core, connection, target)).toOpaque()
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
