extension Setting {
    /// The row of the setting.
    ///
    /// To add a setting, add a case to ``Setting``, a row to the table of its group, and the
    /// property of the row to ``GatewayConfiguration``. Tests check the rest: every case has a row,
    /// docs/operating.md lists it, and its default is the default of the configuration.
    package var declaration: SettingDeclaration {
        guard let row = Self.table[self] else { preconditionFailure("\(self) has no row") }
        return row
    }

    private static let table: [Setting: SettingDeclaration] = [
        httpTable, ordersTable, eventsTable, kafkaTable, logTable,
    ].reduce(into: [:]) { table, group in table.merge(group) { first, _ in first } }
}
