/// Something the tests rely on did not work, said in one sentence.
package struct SupportError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
