startOrders();
startPlacing();
startTrail();
startStream();
startPolling();
