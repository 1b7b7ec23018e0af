import Posix

/// Deletes images that were fetched here and have not been used for long.
package enum UnusedImages {
    /// Blocks. What is in use, or cannot be deleted now, is left for the next time.
    package static func prune(_ settings: LaunchSettings, report: (String) -> Void) {
        guard let containers = try? settings.containers.get() else { return }
        let uses = ImageUses(dataDirectory: settings.dataDirectory)
        let unused = uses.unused(for: containers.keepImages)
        guard !unused.isEmpty,
            let engine = try? ContainerEngine.find(containers, ToolRunner(environment: .current))
        else { return }
        for image in unused {
            guard let result = try? engine.run(["image", "rm", image]) else { return }
            guard result.exit.isSuccess || EngineComplaint.isMissing(result.output) else { continue }
            uses.forget(image)
            if result.exit.isSuccess {
                report("The image \(image) was deleted: it has not been used for SWIFTLET_KEEP_IMAGES_DAYS.")
            }
        }
    }
}
