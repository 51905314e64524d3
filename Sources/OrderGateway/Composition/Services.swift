package import Development
package import OrderStreams

extension KafkaService: Service {}
extension ProjectionService: Service {}
extension SagaService: Service {}
extension InventoryService: Service {}
