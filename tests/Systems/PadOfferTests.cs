using Xunit;

namespace Redoubt.Systems;

/// <summary>A pinpad that offers the bank less than the one that ships: what <see cref="PadRelayTests"/> looks for can be seen.</summary>
public sealed class PadOfferTests
{
    private const string Start = "Pad_Redoubt_PinPad_Tls_TlsClient__Start";

    // movz of a number to any register (Arm ARM C6.2)
    private const uint Move = 0x5280_0000, Registers = 0x1f;

    private const ushort Tls12 = 0x0303, Tls10 = 0x0301, GcmSuite = 0xc02b, CbcSuite = 0xc009;

    [Fact]
    public void WhoOffersLessSaysSoAndTakesIt()
    {
        using PadMachine pad = new(mutant: Offering(Offering(new ProgramMutant("Pad"), Tls12, Tls10), GcmSuite, CbcSuite));
        byte[] hello = [];
        pad.Change = (toBank, bytes) =>
        {
            if (toBank && hello.Length == 0)
                hello = bytes;
            return bytes;
        };
        pad.StartAuthorise(new string('0', 32));
        pad.Expect("ending 1 verdict 3 left 0 \\.\n");
        pad.Leave();
        Assert.Equal([3, 1], hello[ClientHello.Version..(ClientHello.Version + 2)]);
        Assert.Equal([0xc0, 0x09], hello[(ClientHello.SuitesSize + 2)..(ClientHello.SuitesSize + 4)]);
        Assert.True(PadRelayTests.WaitsForMore(pad, Tls10, CbcSuite, 0));
        Assert.False(PadRelayTests.WaitsForMore(pad, Tls12, GcmSuite, 0));
    }

    private static ProgramMutant Offering(ProgramMutant mutant, ushort what, ushort instead) =>
        mutant.Replace(Start, Move | (uint)what << 5, ~Registers, instruction => instruction ^ (uint)(what ^ instead) << 5);
}
