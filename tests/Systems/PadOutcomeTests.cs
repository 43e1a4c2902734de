using System.Security.Cryptography.X509Certificates;
using Redoubt.PinPad.Interaction;
using Redoubt.PinPad.Tests;
using Xunit;

namespace Redoubt.Systems;

/// <summary>How the pinpad on its screen ends what can't be shown, what nobody confirms, and what the bank does not answer. The bank's end is the test's.</summary>
public sealed class PadOutcomeTests
{
    private const int Timeout = 2, MissingGlyph = 5, MessageTooLong = 6, Recorded = 4;

    private const string Handle = "00112233445566778899aabbccddeeff";

    [Fact]
    public void EachEndsOnAClearScreenAndLeavesThePhoneUsable()
    {
        using PadMachine pad = new(screen: true);
        int genuine = pad.Relay.Port;
        using X509Certificate2 certificate = HostileBank.Genuine(pad.BankFolder);
        byte[] transaction = [];
        using HostileBank bank = new(certificate, (stream, message) =>
        {
            if (transaction.Length > 0)
                stream.Write(Samples.Answer(message[2] == 1 ? transaction : Samples.Status(Recorded, 5)));
        });
        pad.Relay.Port = bank.Port;

        transaction = Samples.Transaction(payee: "東京");
        pad.StartAuthorise(Handle);
        EndsRed(pad, "that the payee can't be shown", null);
        Assert.Equal(MissingGlyph, OutcomeOf(bank));

        transaction = Samples.Transaction(payee: new string('W', 60));
        pad.StartAuthorise(Handle);
        EndsRed(pad, "that the payee does not fit", null);
        Assert.Equal(MessageTooLong, OutcomeOf(bank));

        // The shortest time there is. What has been typed by then is not sent.
        transaction = Samples.Transaction(timeout: 10);
        pad.StartAuthorise(Handle);
        EndsRed(pad, "that time is over", () =>
        {
            pad.Display.AwaitStrip(Display.Entry);
            pad.Keypad.AwaitInput();
            pad.Display.Tap("1", "2", "3", "4");
        });
        Assert.Equal(Timeout, OutcomeOf(bank));
        Assert.DoesNotContain("1234", System.Text.Encoding.ASCII.GetString(bank.Requests[^1]), StringComparison.Ordinal);

        transaction = [];
        pad.StartAuthorise(Handle);
        EndsRed(pad, "that the bank does not answer", null);

        pad.Relay.Port = genuine;
        pad.Link();
    }

    private static void EndsRed(PadMachine pad, string what, Action? person)
    {
        Task relayed = pad.RelayToEnd();
        person?.Invoke();
        pad.Keypad.AwaitResult(Palette.Red, what);
        Assert.Equal(Display.Entry, pad.Display.Look()[2, 2]);
        pad.Close(relayed);
    }

    // Of the last response (docs/pin-entry.md): behind the heads, the kind, the version and the identifier
    private static int OutcomeOf(HostileBank bank) => bank.Requests[^1][24];
}
