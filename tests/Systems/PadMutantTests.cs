using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// A conversation of the pinpad with the bank is kept once, and held again in changed forms, each from the state in which the genuine one was (tests/programs/Pad). Session, TLS and the
/// library beneath are those that ship, as machine code at EL1 under the kernel. The kept conversation ends with <em>authorised</em>: whatever is not found out gets that far, or on the display.
/// </summary>
public sealed class PadMutantTests
{
    private const int Inputs = 100_000;

    // How many at once: they end within the machine's patience.
    private const int Bytes = 200, Batch = 10_000;

    // What the bank sends, in pieces: the handshake up to ServerHelloDone, its end, the transaction, the status
    private const int Flight = 0, Finished = 1, Transaction = 2, Status = 3;

    // Types of handshake messages (RFC 5246, 7.4)
    private const int ServerHello = 2, Certificate = 11, ServerKeyExchange = 12, CertificateRequest = 13;

    // mov w0, #0; cbnz w2, and its bits that matter (Arm ARM C6.2)
    private const uint SayNo = 0x5280_0000, BranchIfDifferent = 0x3500_0002, BranchMask = 0xff00_001f;

    private const string VerifySignature = "br_ecdsa_i31_vrfy_asn1", OpenRecord = "gcm_decrypt";

    // dup, 512, >, if
    private static readonly byte[] s_signatureSize = [0x25, 0x01, 0x84, 0x00, 0x12, 0x06];

    [Fact]
    public void WhicheverByteIsChangedAndWhereverItEndsNothingIsAccepted()
    {
        using PadMachine pad = new();
        int size = Keep(pad);
        foreach (string how in (string[])["f", "x"])
        {
            int tried = 0;
            for (int from = 0; from < size; from += Bytes)
            {
                Counted counted = Try(pad, $"{how} {from} {from + Bytes}");
                Assert.Equal(0, counted.Accepted);
                tried += counted.Refused;
            }

            // All but the phone's own request.
            Assert.InRange(tried, size - 20, size - 20);
        }

        Pays(pad);
    }

    [Fact]
    public void DamagedRecordsAreRefused()
    {
        using PadMachine pad = new();
        Keep(pad);
        int refused = 0;
        foreach (int piece in (int[])[Finished, Transaction, Status])
            refused += RefusesAll(pad, $"d {piece}", (Inputs + 2) / 3);
        Assert.InRange(refused, Inputs, int.MaxValue);
        // These cost signatures.
        RefusesAll(pad, $"d {Flight}", 1000);
        foreach (int message in (int[])[ServerHello, Certificate, ServerKeyExchange, CertificateRequest])
            RefusesAll(pad, $"m {message}", 500);
        Pays(pad);
    }

    /// <summary>What the bank is certified by, in more forms than signatures could be verified of: each is said not to hold.</summary>
    [Fact]
    public void DamagedCertificatesDoNoHarm()
    {
        using PadMachine pad = new(mutant: WithoutSignatures());
        KeepRefused(pad);
        RefusesAll(pad, $"m {Certificate}", Inputs);
        foreach (int message in (int[])[ServerHello, ServerKeyExchange, CertificateRequest])
            RefusesAll(pad, $"m {message}", Inputs / 10);
    }

    /// <summary>The same where a certificate's signature may be longer than the room for it: in the code of BearSSL's interpreter, which the certificates are read by, 512 is 8191.</summary>
    [Fact]
    public void DamagedCertificatesStopThePinpadWhereALengthIsNotChecked()
    {
        using PadMachine pad = new(mutant: WithoutSignatures().ReplaceBytes(s_signatureSize, [.. s_signatureSize[..2], 0xbf, 0x7f, .. s_signatureSize[4..]]));
        KeepRefused(pad);
        pad.Type($"m {Certificate} {Batch} 1");
        pad.Expect("panic: .*\n");
    }

    /// <summary>The same changes, where records are not authenticated.</summary>
    [Fact]
    public void ChangesAreAcceptedWhereNobodyLooksForThem()
    {
        using PadMachine pad = new(mutant: new ProgramMutant("Pad").Replace(OpenRecord, BranchIfDifferent, BranchMask, _ => ProgramMutant.Nop));
        int size = Keep(pad);
        Assert.InRange(Try(pad, $"f {size - 1000} {size}").Accepted, 1, 1000);
        Assert.InRange(Try(pad, $"d {Transaction} 1000 1").Accepted, 1, 1000);
    }

    /// <summary>Pays, and keeps how that went.</summary>
    /// <returns>Bytes that came from the phone's software.</returns>
    private static int Keep(PadMachine pad)
    {
        pad.EnrolCustomer();
        pad.Type("k");
        Pays(pad);
        return Try(pad, "f 0 0").Size;
    }

    private static ProgramMutant WithoutSignatures() => new ProgramMutant("Pad").Begin(VerifySignature, SayNo, ProgramMutant.Return);

    /// <summary>Keeps how a bank is refused whose signature does not hold.</summary>
    private static void KeepRefused(PadMachine pad)
    {
        pad.Type("k");
        pad.StartAuthorise(new string('0', 32));
        pad.Expect("ending 1 verdict 3 left 0 \\.\n");
        pad.Leave();
    }

    private static void Pays(PadMachine pad)
    {
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        pad.Expect("pay .*\n");
        pad.Type("p " + pad.Customer.Pin);
        pad.Expect("ending 0 verdict 0 left 5 \\.\n");
        pad.Leave();
        Assert.Equal("authorised", pad.StateOf(handle));
    }

    private static int RefusesAll(PadMachine pad, string what, int count)
    {
        int refused = 0;
        for (int seed = 1; refused < count; seed++)
        {
            int batch = Math.Min(Batch, count - refused);
            Counted counted = Try(pad, $"{what} {batch} {seed}");
            Assert.Equal((batch, 0), (counted.Refused, counted.Accepted));
            refused += counted.Refused;
        }

        return refused;
    }

    private static Counted Try(PadMachine pad, string what)
    {
        pad.Type(what);
        Match match = pad.Expect("mutants refused ([0-9]+) waited ([0-9]+) accepted ([0-9]+) of ([0-9]+) \\.\n");
        int Number(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {match.Value.TrimEnd()}");
        return new Counted(Number(1) + Number(2), Number(3), Number(4));
    }

    /// <summary>What came of changed conversations.</summary>
    /// <param name="Refused">Ended with the words that the bank could not be reached, at once or when its time was over.</param>
    /// <param name="Accepted">Got on the display, or to a verdict.</param>
    /// <param name="Size">Bytes of the genuine one.</param>
    private sealed record Counted(int Refused, int Accepted, int Size);
}
