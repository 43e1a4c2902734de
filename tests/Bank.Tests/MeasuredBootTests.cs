using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Redoubt.Abi;
using Redoubt.Bank.Tests.Simulation;
using Redoubt.Dice;
using Redoubt.Image;
using DiceMeasurements = Redoubt.Dice.Measurements;
using Measurements = Redoubt.Bank.Tests.Simulation.Measurements;

namespace Redoubt.Bank.Tests;

/// <summary>Certificates as the loader and the pinpad write them, and reference values as the image builder writes them: the bank understands both.</summary>
public sealed class MeasuredBootTests
{
    private static readonly byte[] s_makerKey = SHA256.HashData("maker"u8), s_secret = SHA256.HashData("device"u8), s_leafKey = SHA256.HashData("leaf"u8);

    private readonly Measurements _system = new();

    [Fact]
    public async Task A_device_that_was_started_by_the_loader_gets_in()
    {
        IdentityMaker maker = new(s_makerKey);
        byte[][] chain = Boot(maker.Make(s_secret));
        await using TestBank bank = await TestBank.Start(prepare: bank => bank.Write("makers/other.der", maker.Certificate));
        using ECDsa leaf = Key(s_leafKey);
        TlsSettings settings = new() { Chain = chain, Key = leaf };
        using TlsConnection connection = new(bank.Server.DevicePort, settings);
        connection.Stream.Write(PinPad.Request(PinPad.Frame(PinPad.Message(5, 3, writer => writer.WriteTextString(bank.Server.IssueCode(bank.Customer.Customer.Id))))));
        byte[] answer = new byte["HTTP/1.1 200 OK".Length];
        connection.Stream.ReadExactly(answer);
        Assert.Equal("HTTP/1.1 200 OK"u8, answer);
        Assert.Null(bank.LastReason);
        Assert.Equal(bank.State.Devices.All.Single().Id, bank.CustomerNow.Device);
    }

    [Fact]
    public void The_image_builders_reference_values_are_read()
    {
        ReferenceValues values = new(
            ReferenceValues.KnownProfile, "phone", Hex("image"), 7, new MicrovisorReference(Hex("a"), Hex("b"), Hex("c"), Hex("d")),
            new Dictionary<string, PartitionReference> { ["pinpad"] = new(Hex("e"), Hex("f"), Hex("g"), Hex("h")) });
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, values.ToJson());
            Evidence.ReferenceValues read = Evidence.ReferenceValues.Read(file);
            Assert.Equal((7, Hex("d"), Hex("h")), (read.SecurityVersion, read.Microvisor.Services, read.Partitions["pinpad"].Anchors));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Leaf, partition, microvisor, UDS.</summary>
    private byte[][] Boot(byte[] handover)
    {
        ref readonly DeviceSecret fuses = ref MemoryMarshal.AsRef<DeviceSecret>(handover.AsSpan());
        ReadOnlySpan<byte> deviceCertificate = ((ReadOnlySpan<byte>)fuses.Certificate)[..(int)fuses.CertificateSize];
        DiceMeasurements microvisor = Measured(_system.Code, _system.MemoryMap, _system.Devices, _system.Services);
        DiceMeasurements pinPad = Measured(_system.PinPadCode, _system.PinPadMemoryMap, _system.PinPadDevices, _system.Anchors);
        IdentityChain boot = new();
        Identity identity = new();
        boot.Start(s_secret, Pack("261101000000Z"), (ulong)_system.SecurityVersion);
        boot.AddMicrovisor(in microvisor);
        boot.Certify(Pack("pinpad"), in pinPad, deviceCertificate, ref identity);

        // What the pinpad does with it.
        Workspace room = new();
        room.Prepare();
        Layer partition = new(), leaf = new();
        partition.StartFromKey(ref room, identity.PrivateKey);
        leaf.StartFromKey(ref room, s_leafKey);
        CertificateContent content = new() { Kind = CertificateKind.Client, NotBefore = identity.BuildDate };
        byte[] certificate = new byte[CertificateIssuer.Largest];
        CertificateIssuer issuer = new();
        int size = issuer.Issue(ref room, in partition, in leaf, in content, certificate);
        List<byte[]> chain = [certificate[..size]];
        ReadOnlySpan<byte> rest = identity.Certificates;
        foreach (ulong length in (ReadOnlySpan<ulong>)identity.Sizes)
        {
            chain.Add(rest[..(int)length].ToArray());
            rest = rest[(int)length..];
        }

        return [.. chain];
    }

    private static DiceMeasurements Measured(byte[] code, byte[] memoryMap, byte[] devices, byte[] others)
    {
        DiceMeasurements measured = new();
        code.CopyTo(measured.Code);
        memoryMap.CopyTo(measured.MemoryMap);
        devices.CopyTo(measured.Devices);
        others.CopyTo(measured.Others);
        return measured;
    }

    private static Name Pack(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Text.Encoding.ASCII.GetBytes(text, bytes);
        return MemoryMarshal.Read<Name>(bytes);
    }

    private static ECDsa Key(byte[] secret) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });

    private static string Hex(string text) => Convert.ToHexStringLower(Measurements.Of(text));
}
