using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Tests.Simulation;
using DeviceChain = System.Collections.Generic.IReadOnlyList<byte[]>;

namespace Redoubt.Bank.Tests;

/// <summary>Certificates that the bank refuses, each for its own reason; and each gets through if the rules against it are taken out.</summary>
public sealed class ChainTests
{
    private static readonly Measurements s_old = new() { SecurityVersion = 1, Code = Measurements.Of("old microvisor"), PinPadCode = Measurements.Of("old pinpad") };

    /// <summary>An attack: a device, given the one that the account is bound to and the maker, and the chain it sends.</summary>
    private sealed record Attack(Reason Reason, string[] Rules, Func<TestBank, SimulatedDevice, (SimulatedDevice Device, DeviceChain Chain)> Make);

    private static readonly Dictionary<string, Attack> s_attacks = new()
    {
        ["foreign chain"] = new(Reason.ForeignChain, [nameof(ChainAppraisal.Path)], (_, genuine) => Whole(new SimulatedDevice(new SimulatedMaker(), genuine.Uds))),
        ["root that only looks like the maker's"] = new(Reason.ForeignChain, [nameof(ChainAppraisal.Path)], (bank, genuine) =>
        {
            SimulatedMaker impostor = new();
            SimulatedDevice device = new(impostor, genuine.Uds);
            Certificate uds = device.UdsCertificate with { Issuer = Certificate.NameOf(bank.Maker.Key), Extensions = genuine.UdsCertificate.Extensions };
            return (device, [.. device.Chain[..3], uds.Encode()]);
        }),
        ["spliced chain: another device's UDS above this one's software"] = new(Reason.SplicedChain, [nameof(ChainAppraisal.Path), nameof(ChainAppraisal.Profile)], (bank, genuine) =>
        {
            SimulatedDevice own = new(bank.Maker);
            SimulatedDevice broken = new(bank.Maker, own.Uds);
            return (broken, [.. broken.Chain[..3], genuine.Chain[3]]);
        }),
        ["leaf that has run out"] = new(Reason.InvalidChain, [nameof(ChainAppraisal.Path)], (_, genuine) => With(genuine, 0, genuine.LeafCertificate with { NotAfter = "20260101000000Z" })),
        ["built in the future"] = new(Reason.InvalidChain, [nameof(ChainAppraisal.Path)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { Built = "300101000000Z" })),
        ["critical extension of the leaf"] = new(Reason.InvalidChain, [nameof(ChainAppraisal.Path), nameof(ChainAppraisal.Profile)], (_, genuine) =>
            With(genuine, 0, genuine.LeafCertificate with { Extensions = [.. genuine.LeafCertificate.Extensions, new(DiceWriter.Oid, true, genuine.PartitionCertificate.Extensions[^1].Value)] })),
        ["another critical extension of the partition"] = new(Reason.MalformedChain, [nameof(ChainAppraisal.Profile)], (_, genuine) =>
            With(genuine, 1, genuine.PartitionCertificate with { Extensions = [.. genuine.PartitionCertificate.Extensions, new("1.3.6.1.4.1.11129.2.1.99", true, [5, 0])] })),
        ["partition that may certify partitions"] = new(Reason.MalformedChain, [nameof(ChainAppraisal.Profile)], (_, genuine) =>
            With(genuine, 1, genuine.PartitionCertificate with { Extensions = [.. genuine.PartitionCertificate.Extensions.Select(one => one.Oid == "2.5.29.19" ? Certificate.Authority() : one)] })),
        ["serial number of another key"] = new(Reason.MalformedChain, [nameof(ChainAppraisal.Profile)], (_, genuine) => With(genuine, 0, genuine.LeafCertificate with { Serial = [7] })),
        ["subject of another key"] = new(Reason.MalformedChain, [nameof(ChainAppraisal.Profile)], (bank, genuine) =>
            With(genuine, 0, genuine.LeafCertificate with { Subject = Certificate.NameOf(bank.Maker.Key) })),
        ["debug mode of the microvisor"] = new(Reason.DebugMode, [nameof(ChainAppraisal.Mode)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { MicrovisorMode = 2 })),
        ["debug mode of the partition"] = new(Reason.DebugMode, [nameof(ChainAppraisal.Mode)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { PartitionMode = 2 })),
        ["recovery mode"] = new(Reason.NotNormalMode, [nameof(ChainAppraisal.Mode)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { MicrovisorMode = 3 })),
        ["not configured"] = new(Reason.NotNormalMode, [nameof(ChainAppraisal.Mode)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { PartitionMode = 0 })),
        ["changed microvisor"] = Changed(Reason.ChangedImage, system => system with { Code = Flipped(system.Code) }),
        ["changed pinpad"] = Changed(Reason.ChangedImage, system => system with { PinPadCode = Flipped(system.PinPadCode) }),
        ["changed services"] = Changed(Reason.ChangedServices, system => system with { Services = Flipped(system.Services) }),
        ["same image, other devices"] = Changed(Reason.ChangedDeviceAssignment, system => system with { Devices = Flipped(system.Devices), MemoryMap = Flipped(system.MemoryMap) }),
        ["same image, other devices of the pinpad"] = Changed(Reason.ChangedDeviceAssignment, system => system with { PinPadDevices = Flipped(system.PinPadDevices) }),
        ["same image, other memory map"] = Changed(Reason.ChangedMemoryMap, system => system with { MemoryMap = Flipped(system.MemoryMap) }),
        ["same image, other memory map of the pinpad"] = Changed(Reason.ChangedMemoryMap, system => system with { PinPadMemoryMap = Flipped(system.PinPadMemoryMap) }),
        ["other bank anchors"] = Changed(Reason.ChangedAnchors, system => system with { Anchors = Flipped(system.Anchors) }),
        ["claims a newer version"] = Changed(Reason.ChangedImage, system => system with { SecurityVersion = 9 }),
        ["old microvisor, new pinpad"] = Changed(Reason.ChangedImage, system => system with { Code = s_old.Code }),
        ["old security version"] = new(Reason.OldSecurityVersion, [nameof(ChainAppraisal.SecurityVersion)], (bank, genuine) => Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { System = s_old })),
        ["revoked device"] = new(Reason.RevokedDevice, [nameof(ChainAppraisal.Revocation)], (bank, genuine) =>
        {
            bank.State.Devices.SetRevoked(new DeviceId(genuine.Ueid[1..]), revoked: true);
            return Whole(genuine);
        }),
    };

    public static TheoryData<string> Attacks => [.. s_attacks.Keys];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Is_refused_in_the_handshake(string name)
    {
        Attack attack = s_attacks[name];
        await using TestBank bank = await Start(Defences.All);
        (SimulatedDevice device, DeviceChain chain) = attack.Make(bank, bank.EnrolledDevice());
        Assert.True(IsRefused(bank, device, chain));
        Assert.Equal(State.AuditLog.Words(attack.Reason), bank.LastReason);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Gets_in_where_the_rules_are_missing(string name)
    {
        Attack attack = s_attacks[name];
        await using TestBank bank = await Start(Weakened.Without(attack.Rules));
        (SimulatedDevice device, DeviceChain chain) = attack.Make(bank, bank.EnrolledDevice());
        bool refused = IsRefused(bank, device, chain);
        Assert.Null(bank.LastReason);
        Assert.False(refused);
    }

    /// <summary>Names and identifiers fit, and the signature is somebody else's. OpenSSL may end the handshake before the bank looks, so the bank's own rule is asked too.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_certificate_that_its_issuer_did_not_sign_is_refused(int place)
    {
        await using TestBank bank = await Start(Defences.All);
        SimulatedDevice genuine = bank.EnrolledDevice();
        using ECDsa forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificate certificate = new[] { genuine.LeafCertificate, genuine.PartitionCertificate, genuine.MicrovisorCertificate }[place];
        (_, DeviceChain chain) = With(genuine, place, certificate with { IssuerKey = forger, Issuer = Certificate.NameOf(certificate.IssuerKey) });
        Assert.True(IsRefused(bank, genuine, chain));

        ChainPolicy policy = new([X509CertificateLoader.LoadCertificate(bank.Maker.Root)], bank.State.References, 0, _ => false, bank.State.Now);
        DeviceCertificates certificates = DeviceCertificates.Read([.. chain.Select(der => X509CertificateLoader.LoadCertificate(der))]);
        Assert.Equal(Reason.SplicedChain, ChainAppraisal.Path(certificates, policy)!.Reason);
        Assert.Contains(await bank.WaitForReason(), (string[])["spliced chain", "failed handshake"]);
    }

    [Fact]
    public async Task Exactly_four_certificates_are_sent()
    {
        await using TestBank bank = await Start(Defences.All);
        SimulatedDevice device = bank.EnrolledDevice();
        foreach (DeviceChain chain in (DeviceChain[])[[], device.Chain[..1], device.Chain[..3], [.. device.Chain, bank.Maker.Root], [.. device.Chain, device.Chain[3]]])
        {
            Assert.True(IsRefused(bank, device, chain));
            Assert.Equal("chain length", bank.LastReason);
            bank.Time.Pass(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>DER drops zero bytes at the front of a serial number, and puts one there before a byte from 80 on.</summary>
    [Theory]
    [InlineData(0x00, 0x7f)]
    [InlineData(0x80, 0xff)]
    public async Task An_identifier_may_begin_with_a_zero_byte(int least, int most)
    {
        await using TestBank bank = await Start(Defences.All);
        ECDsa uds;
        do
            uds = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        while (Certificate.IdOf(uds) is var id && (id[0] != 0 || id[1] < least || id[1] > most));
        SimulatedDevice device = new(bank.Maker, uds);
        bank.Bind(device);
        Assert.False(IsRefused(bank, device, null));
    }

    [Fact]
    public async Task The_order_is_leaf_first()
    {
        await using TestBank bank = await Start(Defences.All);
        SimulatedDevice device = bank.EnrolledDevice();
        byte[][] chain = device.Chain;
        Assert.True(IsRefused(bank, device, [chain[0], chain[2], chain[1], chain[3]]));
        Assert.Equal("malformed chain", bank.LastReason);
    }

    [Fact]
    public async Task A_chain_without_its_key_is_worth_nothing()
    {
        await using TestBank bank = await Start(Defences.All);
        SimulatedDevice genuine = bank.EnrolledDevice(), thief = bank.NewDevice();
        Assert.True(IsRefused(bank, thief, genuine.Chain));
        Assert.Equal("failed handshake", await bank.WaitForReason());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_OpenDiceInput_that_is_not_critical_is_refused(int place)
    {
        await using TestBank bank = await Start(Defences.All);
        SimulatedDevice device = bank.EnrolledDevice();
        Certificate certificate = place == 1 ? device.PartitionCertificate : device.MicrovisorCertificate;
        (_, DeviceChain chain) = With(device, place, certificate with { Extensions = [.. certificate.Extensions.SkipLast(1), certificate.Extensions[^1] with { Critical = false }] });
        Assert.True(IsRefused(bank, device, chain));
        Assert.Equal("malformed chain", bank.LastReason);
    }

    [Fact]
    public async Task A_bank_that_knows_no_system_refuses_all()
    {
        await using TestBank bank = await TestBank.Start(prepare: bank => File.Delete(Path.Combine(bank.Folder, "references", "phone.json")));
        Assert.True(IsRefused(bank, bank.NewDevice(), null));
        Assert.Equal("changed image", bank.LastReason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{ "profile": "another" }""")]
    public async Task Reference_values_that_are_none_stop_the_bank(string content)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => TestBank.Start(prepare: bank => bank.Write("references/bad.json", Encoding.UTF8.GetBytes(content))));
    }

    [Fact]
    public async Task Unknown_members_of_reference_values_stop_the_bank()
    {
        string file = new Measurements().ReferenceFile().Replace("\"system\"", "\"more\":1,\"system\"", StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => TestBank.Start(prepare: bank => bank.Write("references/bad.json", Encoding.UTF8.GetBytes(file))));
    }

    private static async Task<TestBank> Start(Defences defences)
    {
        TestBank bank = await TestBank.Start(defences, bank => bank.Write("references/old.json", Encoding.UTF8.GetBytes(s_old.ReferenceFile())));
        bank.State.Devices.LeastVersion = 2;
        return bank;
    }

    /// <summary>Whether no message gets an answer: the client may be done with the handshake before it learns that it failed.</summary>
    private static bool IsRefused(TestBank bank, SimulatedDevice device, DeviceChain? chain)
    {
        try
        {
            using PinPad pad = bank.Connect(device, chain);
            pad.Fetch(bank.NewTransfer());
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static (SimulatedDevice Device, DeviceChain Chain) Whole(SimulatedDevice device) => (device, device.Chain);

    private static (SimulatedDevice Device, DeviceChain Chain) With(SimulatedDevice device, int place, Certificate certificate)
    {
        byte[][] chain = device.Chain;
        chain[place] = certificate.Encode();
        return (device, chain);
    }

    private static Attack Changed(Reason reason, Func<Measurements, Measurements> change) => new(reason, [nameof(ChainAppraisal.References)], (bank, genuine) =>
        Whole(new SimulatedDevice(bank.Maker, genuine.Uds) { System = change(new Measurements()) }));

    private static byte[] Flipped(byte[] hash) => [(byte)(hash[0] ^ 1), .. hash[1..]];
}
