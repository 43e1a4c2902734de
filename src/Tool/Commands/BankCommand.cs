using System.CommandLine;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt bank</c>: runs the bank that takes PINs from genuine devices only.</summary>
public static class BankCommand
{
    private const int StandardDevicePort = 8443, StandardAppPort = 8080, StandardClerkPort = 8081;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string?> data = new("--data") { HelpName = "DIR", Description = "the folder in which the bank keeps everything (artifacts/bank)" };
        Option<string[]> references = new("--reference") { HelpName = "FILE", Description = "reference values of an image that is to be accepted from now on; several times for several" };
        references.Validators.Add(result =>
        {
            foreach (string file in (result.GetValueOrDefault<string[]>() ?? []).Where(file => !File.Exists(file)))
                result.AddError($"--reference {file}: there is no such file");
        });
        Option<int> device = Port("--device-port", StandardDevicePort, "devices (TLS)"), app = Port("--app-port", StandardAppPort, "the app on the phone");
        Option<int> clerk = Port("--clerk-port", StandardClerkPort, "the clerk's page");
        Option<bool> customer = new("--customer") { Description = "add a customer, and print what he would be sent by post" };
        Command command = new("bank", "Run the bank that takes PINs from genuine devices only") { data, references, device, app, clerk, customer };
        command.SetAction(result => Run(
            result.GetValue(data) ?? BankProcess.StandardFolder,
            new BankProcess.Ports(result.GetValue(device), result.GetValue(app), result.GetValue(clerk)),
            result.GetValue(references) ?? [],
            result.GetValue(customer)));
        return command;
    }

    private static int Run(string folder, BankProcess.Ports ports, string[] references, bool addCustomer)
    {
        using BankProcess bank = Progress.Show("building the bank", note => BankProcess.Start(folder, ports, references, addCustomer, note));
        Console.WriteLine($"devices   127.0.0.1:{bank.Where.DevicePort}");
        Console.WriteLine($"app       http://127.0.0.1:{bank.Where.AppPort}/");
        Console.WriteLine($"clerk     {bank.Where.ClerkPage}");
        if (bank.Where.Customer is { } customer)
        {
            Console.WriteLine($"customer  {customer.Name}, account {customer.Account}");
            Console.WriteLine($"  PIN {customer.Pin}, one-time code {customer.Code}, app key {customer.AppKey}");
        }

        Console.Out.Flush();
        return bank.WaitForExit();
    }

    private static Option<int> Port(string name, int standard, string purpose)
    {
        Option<int> port = new(name) { HelpName = "N", Description = $"port for {purpose}; 0 is any", DefaultValueFactory = _ => standard };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue)
                result.AddError($"{name}: give a port from 0 to {ushort.MaxValue}");
        });
        return port;
    }
}
