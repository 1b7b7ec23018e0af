internal import CCurl
import Glibc
import Synchronization
import Time

/// One call under way, for one thread. It must not move while libcurl knows its address.
final class Transfer {
    private let call: HTTPCall
    private let settings: HTTPClientSettings
    private let abortion: HTTPClient.Abortion
    private let rule: AddressRule
    private var body: [UInt8] = []
    private var isCut = false
    private var hasRefused = false

    init(_ call: HTTPCall, _ settings: HTTPClientSettings, _ abortion: HTTPClient.Abortion) {
        self.call = call
        self.settings = settings
        self.abortion = abortion
        rule = AddressRule(settings.reach)
    }

    /// Blocks until the answer is there.
    func run() throws -> HTTPReply {
        guard let handle = curl_easy_init() else { throw HTTPCallError(.library, "libcurl could not begin a call.") }
        defer { curl_easy_cleanup(handle) }
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(headers) }
        // A receiver need not be asked whether it wants the body.
        for line in ["Expect:"] + call.headers.map({ "\($0.name): \($0.value)" }) {
            guard let longer = curl_slist_append(headers, line) else {
                throw HTTPCallError(.library, "libcurl could not take a header.")
            }
            headers = longer
        }
        let code = (call.body ?? []).withUnsafeBytes { bytes in
            configure(handle, headers, bytes) ?? curl_easy_perform(handle)
        }
        // What was cut is cut by us: the answer itself is there.
        guard code == CURLE_OK || isCut else { throw failure(code) }
        let pause = swiftlet_curl_retry_after(handle)
        return HTTPReply(
            status: Int(swiftlet_curl_status(handle)), body: body, isCut: isCut,
            retryAfter: pause > 0 ? .seconds(Int64(pause)) : nil)
    }

    /// Nil where everything could be set.
    private func configure(
        _ handle: UnsafeMutableRawPointer, _ headers: UnsafeMutablePointer<curl_slist>?, _ bytes: UnsafeRawBufferPointer
    ) -> CURLcode? {
        var code = CURLE_OK
        func set(_ next: @autoclosure () -> CURLcode) { if code == CURLE_OK { code = next() } }
        func number(_ option: CURLoption, _ value: Int) { set(swiftlet_curl_set_number(handle, option, value)) }
        func text(_ option: CURLoption, _ value: String) { set(swiftlet_curl_set_text(handle, option, value)) }
        set(swiftlet_curl_allow_http_only(handle))
        text(CURLOPT_URL, call.address.text)
        text(CURLOPT_USERAGENT, "Swiftlet")
        // The empty text keeps the proxies of the environment out.
        text(CURLOPT_PROXY, settings.proxy ?? "")
        number(CURLOPT_FOLLOWLOCATION, 0)
        number(CURLOPT_NOSIGNAL, 1)
        number(CURLOPT_TIMEOUT_MS, Int(settings.total.wholeMilliseconds))
        number(CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connect.wholeMilliseconds))
        number(CURLOPT_SSL_VERIFYPEER, 1)
        number(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = settings.authorities { text(CURLOPT_CAINFO, file) }
        set(swiftlet_curl_set_headers(handle, headers))
        if call.body != nil {
            number(CURLOPT_POST, 1)
            set(swiftlet_curl_set_body(handle, bytes.baseAddress, curl_off_t(bytes.count)))
        }
        set(
            swiftlet_curl_set_callbacks(
                handle, { Transfer.of($3).take($0, $1 * $2) },
                { owner, _, _, _, _ in Transfer.of(owner).abortion.isAskedFor.load(ordering: .relaxed) ? 1 : 0 },
                { owner, _, target in Transfer.of(owner).open(target) }, Unmanaged.passUnretained(self).toOpaque()))
        return code == CURLE_OK ? nil : code
    }

    /// Only libcurl's callbacks call it, while `run` holds the transfer.
    private static func of(_ owner: UnsafeMutableRawPointer?) -> Transfer {
        guard let owner else { fatalError("libcurl has lost the owner of a call.") }
        return Unmanaged<Transfer>.fromOpaque(owner).takeUnretainedValue()
    }

    private func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let room = settings.largestBody - body.count
        body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: min(count, room)))
        guard count > room else { return count }
        isCut = true
        return 0
    }

    /// Never handed on to a connector's process.
    private func open(_ target: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let target else { return swiftlet_curl_no_socket() }
        guard rule.allows(swiftlet_curl_address(target)) else {
            hasRefused = true
            return swiftlet_curl_no_socket()
        }
        return socket(
            target.pointee.family, target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), target.pointee.protocol)
    }

    private func failure(_ code: CURLcode) -> any Error {
        let place = call.address.description
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: return CancellationError()
        case CURLE_COULDNT_CONNECT where hasRefused:
            let more = settings.reach == .publicOnly ? " and SWIFTLET_CALLOUT_PUBLIC_ONLY rules private ones out" : ""
            return HTTPCallError(
                .refused,
                "\(place) is not called: its address is one that is never called\(more); name another receiver.")
        case CURLE_COULDNT_RESOLVE_HOST:
            return HTTPCallError(.unreachable, "The host of \(place) is not known; look at the address.")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPCallError(.unreachable, "The proxy of SWIFTLET_CALLOUT_PROXY is not known.")
        case CURLE_COULDNT_CONNECT:
            return HTTPCallError(.unreachable, "Nothing takes calls at \(place); is the receiver running?")
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPCallError(
                .timedOut, "\(place) did not answer within \(settings.total.components.seconds) s.")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return HTTPCallError(
                .untrusted,
                "The certificate of \(place) cannot be verified; mend it, or name its authority in "
                    + "SWIFTLET_CALLOUT_CA_FILE.")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM:
            return HTTPCallError(.untrusted, "No TLS connection came about with \(place); does it speak TLS?")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY:
            return HTTPCallError(.broken, "\(place) ended the connection before its answer was there.")
        default:
            return HTTPCallError(
                .library, "The call to \(place) failed: \(String(cString: curl_easy_strerror(code))).")
        }
    }
}
