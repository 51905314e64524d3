extension Setting {
    /// The setting's row of the table.
    ///
    /// To add a setting, add a case to ``Setting``, a row to the table of its group, and what the
    /// row sets to ``GatewayConfiguration``. Tests hold the rest: every case has a row, the README
    /// lists it, and its default is what the configuration begins with.
    package var declaration: SettingDeclaration {
        guard let row = Self.table[self] else { preconditionFailure("\(self) has no row") }
        return row
    }

    private static let table: [Setting: SettingDeclaration] = [
        httpTable, ordersTable, eventsTable, kafkaTable, logTable,
    ].reduce(into: [:]) { table, group in table.merge(group) { first, _ in first } }
}
