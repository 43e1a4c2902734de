using System.Globalization;

namespace Redoubt.Handset;

/// <summary>What the phone is told, on its kernel's command line or by its owner: <c>bank=http://HOST:PORT/ bank-pads=HOST:PORT app-key=KEY pin-pad=/dev/hvc1</c>.</summary>
/// <param name="Bank">The bank's address for apps; null if the phone has no account.</param>
/// <param name="AppKey">The customer's key for the app.</param>
/// <param name="PadHost">Where the bank listens to PIN pads.</param>
/// <param name="PadPort">Its port.</param>
/// <param name="PinPad">Device of the serial line to the PIN pad; null if the phone has none.</param>
public sealed record Settings(Uri? Bank, string AppKey, string PadHost, int PadPort, string? PinPad)
{
    /// <summary>Reads a command line. Words that it does not know are the kernel's or somebody else's.</summary>
    public static Settings Parse(string commandLine)
    {
        Dictionary<string, string> words = [];
        foreach (string word in commandLine.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equal = word.IndexOf('=', StringComparison.Ordinal);
            if (equal > 0)
                words[word[..equal]] = word[(equal + 1)..];
        }

        string[] pads = words.GetValueOrDefault("bank-pads", "").Split(':');
        return new Settings(
            Uri.TryCreate(words.GetValueOrDefault("bank"), UriKind.Absolute, out Uri? bank) ? bank : null,
            words.GetValueOrDefault("app-key", ""),
            pads[0],
            pads.Length == 2 && int.TryParse(pads[1], CultureInfo.InvariantCulture, out int port) ? port : 0,
            words.GetValueOrDefault("pin-pad"));
    }
}
