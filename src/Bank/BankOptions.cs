namespace Redoubt.Bank;

/// <summary>How a bank is run.</summary>
/// <param name="Folder">Where all that it keeps lies; made if it is not there.</param>
public sealed record BankOptions(string Folder)
{
    /// <summary>Its name, as its customers see it.</summary>
    public string Name { get; init; } = "Meridian Bank";

    /// <summary>The name that its TLS certificate is for.</summary>
    public string Host { get; init; } = "bank.example";

    /// <summary>Port for devices, on the loopback interface; 0 for any.</summary>
    public int DevicePort { get; init; }

    /// <summary>Port for the app on the phone.</summary>
    public int AppPort { get; init; }

    /// <summary>Port for the clerk.</summary>
    public int ClerkPort { get; init; }

    /// <summary>Seconds that a person has to type the PIN.</summary>
    public int EntryTimeout { get; init; } = 60;
}
