import Assembly
import Programs

@main enum ServerMain {
    static func main() {
        ProgramMain.run("swiftlet-server", body: ServerProgram.run)
    }
}
