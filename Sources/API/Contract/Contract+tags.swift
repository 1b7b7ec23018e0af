extension Contract {
    static let tags: [Contract] = [
        Contract(
            "listTags", .reader(.workspace()), "The tags of a workspace.",
            takes: .object("TagListRequestBody", ["workspaceId": .uuid]), gives: .list(.tag)),
        Contract("createTag", .editor(.workspace()), .creates, "Makes a tag.", takes: .tagCreate, gives: .tag),
        Contract(
            "updateTag", .editor(.tag()), .changes, "Changes a tag.",
            takes: .object("TagUpdate", ["tagId": .uuid, "workspaceId?": .uuid, "name?": .string, "color?": .string]),
            gives: .tag),
        Contract(
            "deleteTag", .editor(.tag()), .changes, "Deletes a tag.",
            takes: .object("TagDeleteRequestBody", ["tagId": .uuid, "workspaceId?": .uuid])),
        Contract(
            "public.listTags", .visible(.workspace("workspaceIds").ifNamed), "Tags of workspaces.",
            query: .object("", ["workspaceIds?": .list(.uuid)]),
            gives: .object("TagsResponse", ["data": .list(.tag)])),
        Contract("public.createTag", .editor(.workspace()), .creates, "Makes a tag.", takes: .tagCreate, gives: .tag),
        Contract("public.getTag", .reader(.tag()), "A tag.", gives: .tag),
        Contract(
            "public.updateTag", .editor(.tag()), .changes, "Changes a tag.",
            takes: .object("TagPatchRequest", ["name?": .string, "color?": .string]), gives: .tag),
        Contract("public.deleteTag", .editor(.tag()), .changes, "Deletes a tag."),
    ]
}

extension Shape {
    static let tag = Shape.object("Tag", ["tagId": .uuid, "workspaceId": .uuid, "name": .string, "color": .string])
    fileprivate static let tagCreate = Shape.object(
        "TagCreateRequestBody", ["workspaceId": .uuid, "name": .string, "color": .string])
}
