extension Contract {
    static let organizations: [Contract] = [
        Contract(
            "getOrganization", .signedIn, "An organization.", takes: .organizationID, gives: .organizationRead),
        Contract(
            "getOrgInfo", .signedIn, "What everyone in an organization may know of it.", takes: .organizationID,
            gives: .organizationInfo),
        Contract(
            "listOrganizationsByUser", .signedIn, "The organizations that a person may see.",
            takes: .organizationsOfPerson, gives: .organizationList),
        Contract(
            "listOrganizationSummaries", .signedIn, "Organizations with their workspaces.",
            takes: .organizationsOfPerson, gives: .organizationSummaries),
        Contract(
            "createOrganization", .instanceAdmin, .creates, "Makes an organization.", takes: .organizationCreate,
            gives: .organizationRead),
        Contract(
            "updateOrganization", .instanceAdmin, .changes, "Changes an organization.", takes: .organizationUpdate,
            gives: .organizationRead),
        Contract(
            "deleteOrganization", .instanceAdmin, .changes, "Deletes an organization without workspaces.",
            takes: .organizationID),
    ]
}
