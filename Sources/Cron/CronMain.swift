import Assembly
import Programs

@main enum CronMain {
    static func main() {
        ProgramMain.run("swiftlet-cron", body: CronProgram.run)
    }
}
