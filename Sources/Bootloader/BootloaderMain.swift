import Assembly
import Programs

@main enum BootloaderMain {
    static func main() {
        ProgramMain.run("swiftlet-bootloader", body: BootloaderProgram.run)
    }
}
