using System.CommandLine;
using System.Text.Json;
using Redoubt.Bank;
using Redoubt.Bank.State;

Option<string> data = new("--data") { HelpName = "DIR", Description = "the folder in which the bank keeps everything", Required = true };
Option<int> devicePort = Port("--device-port", "devices (TLS)"), appPort = Port("--app-port", "the app on the phone"), clerkPort = Port("--clerk-port", "the clerk's page");
Option<bool> prepare = new("--prepare") { Description = "only make keys, certificates and anchors" };
Option<bool> demo = new("--demo") { Description = "add a customer, and say what he would be sent by post" };
Option<bool> attached = new("--attached") { Description = "end when standard input ends" };
RootCommand root = new("The bank: takes PINs from genuine devices only. Says where it is in one line of JSON.") { data, devicePort, appPort, clerkPort, prepare, demo, attached };
root.SetAction(async (result, interruption) =>
{
    BankOptions options = new(result.GetValue(data)!)
    {
        DevicePort = result.GetValue(devicePort),
        AppPort = result.GetValue(appPort),
        ClerkPort = result.GetValue(clerkPort),
    };
    try
    {
        if (result.GetValue(prepare))
            BankServer.Prepare(options);
        else
            await Run(options, result.GetValue(demo), result.GetValue(attached), interruption);
        return 0;
    }
    catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(failure.Message);
        return 2;
    }
});
return await root.Parse(args).InvokeAsync();

static async Task Run(BankOptions options, bool demo, bool attached, CancellationToken interruption)
{
    await using BankServer bank = await BankServer.Start(options);
    Customers.Letter? letter = demo ? bank.AddCustomer("Ada Lovelace", $"GB29RDBT{Random.Shared.NextInt64(100_000_000_000_000):D14}") : null;
    Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            bank.DevicePort,
            bank.AppPort,
            bank.ClerkPage,
            Customer = letter is null ? null : new { letter.Customer.Name, letter.Customer.Account, letter.Pin, letter.AppKey, Code = bank.IssueCode(letter.Customer.Id) },
        },
        JsonSerializerOptions.Web));
    Console.Out.Flush();
    Task end = Task.Delay(Timeout.Infinite, interruption);
    await Task.WhenAny(attached ? Task.WhenAny(end, Console.OpenStandardInput().CopyToAsync(Stream.Null, interruption)) : end);
}

static Option<int> Port(string option, string purpose)
{
    Option<int> port = new(option) { HelpName = "N", Description = $"port for {purpose}; any if it is 0 or not given" };
    port.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue)
            result.AddError($"{option}: give a port from 0 to {ushort.MaxValue}");
    });
    return port;
}
