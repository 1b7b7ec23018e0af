import Assembly
import Programs

@main enum WorkerMain {
    static func main() {
        ProgramMain.becomeAttemptIfAsked()
        ProgramMain.run("swiftlet-worker", body: WorkerProgram.run)
    }
}
