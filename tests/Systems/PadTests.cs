using System.Security.Cryptography;
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

    [Fact]
    public void AnImageThatDiffersInOneBitIsRefused()
    {
        using PadMachine pad = new(change: (image, map) =>
        {
            Image.PlacedArea area = map.Areas.First(area => area is { Owner: "console", Purpose: "constants" });
            image[area.End - 1 - Abi.Layout.LoadBase] ^= 1;
        });
        IsRefused(pad);
    }

    [Fact]
    public void ADeviceOfAnotherMakerIsRefused()
    {
        using PadMachine pad = new(fuses: new Image.IdentityMaker(SHA256.HashData([1])).Make(SHA256.HashData([2])));
        IsRefused(pad);
    }

    [Fact]
    public void ADeviceWithoutASecretHasNoIdentityToShow()
    {
        using PadMachine pad = new(fuses: new byte[4096]);
        pad.StartEnrol();
        pad.Expect("ending 2 verdict 3 left 0 \\.\n");
        pad.Leave();
    }

    /// <summary>Whichever piece of a conversation is changed on its way: nothing is authorised, and the pinpad is usable afterwards.</summary>
    [Fact]
    public void AChangedByteEndsTheConversation()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        int pieces = 0;
        pad.Change = (_, bytes) =>
        {
            pieces++;
            return bytes;
        };
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        pad.Expect("pay .*\n");
        int all = pieces;
        pad.Type("c");
        pad.Expect("ending 0 verdict 4 left 5 \\.\n");
        pad.Leave();
        for (int changed = 0; changed < all; changed++)
        {
            int left = changed;
            pad.Change = (_, bytes) =>
            {
                if (left-- == 0)
                    bytes[bytes.Length / 2] ^= 0x40;
                return bytes;
            };
            handle = pad.Ask();
            pad.StartAuthorise(handle);
            pad.Expect("ending 1 verdict 3 left 0 \\.\n");
            pad.Leave();
            Assert.Equal("waiting", pad.StateOf(handle));
        }

        pad.Change = (_, bytes) => bytes;
        pad.Authorise(pad.Ask());
    }

    private static void IsRefused(PadMachine pad)
    {
        pad.StartEnrol();
        pad.Expect("code\\?\n");
        pad.Type("e " + pad.Customer.Code);
        pad.Expect("ending 1 verdict 3 left 0 \\.\n");
        pad.Leave();
    }
}
