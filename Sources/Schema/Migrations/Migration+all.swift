extension Migration {
    /// Every migration, in order; a new one goes at the end.
    package static let all: [Migration] = [
        .flow,
        .model,
        .flowLimits,
        .schedules,
        .jobKinds,
        .treatments,
        .events,
        .stateVersions,
        .attemptRejects,
        .toldCatalog,
        .people,
        .audit,
        .idempotency,
        .tags,
        .jobCounts,
        .connectionLists,
        .newestJobs,
        .destinationCatalogs,
        .jobsOfConnectionByStatus,
        .containerResources,
    ]
}
