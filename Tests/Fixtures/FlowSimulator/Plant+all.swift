extension Plant {
    static let all: [Plant] = []
}
