/// Something that runs as long as its program does.
///
/// It ends by returning, by throwing, or when its task is cancelled, which is how it is told to stop. One that has work
/// to bring to an end first is a `GracefulService`.
package protocol Service: Sendable {
    func run() async throws
}
