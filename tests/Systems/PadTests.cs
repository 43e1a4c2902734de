using Xunit;

namespace Redoubt.Systems;

/// <summary>The pinpad and the bank, over a phone that relays: TLS, evidence and statement are the real ones, only screen and keys are a console.</summary>
public sealed class PadTests
{
    [Fact]
    public void ATransferIsAuthorisedByThePinOnly()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        pad.Expect("pay 12345 EUR to Hélène Müller by Meridian Bank \\.\n");
        string wrong = pad.Customer.Pin == "1111" ? "2222" : "1111";
        pad.Type("p " + wrong);
        pad.Expect("ending 0 verdict 1 left 4 \\.\n");
        pad.Type("a");
        pad.Expect("pay 12345 EUR to .*\n");
        pad.Type("p " + pad.Customer.Pin);
        pad.Expect("ending 0 verdict 0 left 5 \\.\n");
        pad.Leave();
        Assert.Equal("authorised", pad.StateOf(handle));
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(pad.Customer.Pin)), pad.Text.Replace("p " + pad.Customer.Pin, "", StringComparison.Ordinal));

        string declined = pad.Ask(amount: 1);
        pad.StartAuthorise(declined);
        pad.Expect("pay 1 EUR to .*\n");
        pad.Type("c");
        pad.Expect("ending 0 verdict 4 left 5 \\.\n");
        pad.Leave();
        Assert.Equal("cancelled", pad.StateOf(declined));
    }
}
