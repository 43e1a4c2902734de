using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>A system that shows the identity which measured boot gives it.</summary>
public sealed class AttestTests
{
    private const string OpenDiceInput = "1.3.6.1.4.1.11129.2.1.24";

    private static BuiltSystem Built => Machine.Build(Path.Combine(Workspace.Root, "tests/descriptions/attest.toml"));

    [Theory]
    [InlineData("cortex-a72")]
    [InlineData("max")]
    public void TheChainLeadsToTheMakerAndSaysWhatTheReferenceValuesSay(string cpu)
    {
        byte[][] chain = Chain(Built.Machine with { Cpu = cpu });
        X509Certificate2[] certificates = [.. chain.Append(File.ReadAllBytes(SimulatedDevice.MakerCertificate)).Select(X509CertificateLoader.LoadCertificate)];
        using X509Chain check = new();
        check.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        check.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        check.ChainPolicy.ExtraStore.AddRange(certificates);
        check.ChainPolicy.CustomTrustStore.Add(certificates[^1]);
        check.Build(certificates[0]);
        Assert.Equal(certificates.Select(certificate => certificate.Thumbprint), check.ChainElements.Select(element => element.Certificate.Thumbprint));
        X509ChainStatusFlags unknown = X509ChainStatusFlags.HasNotSupportedCriticalExtension | X509ChainStatusFlags.InvalidExtension;
        Assert.Equal(0, (int)(check.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) & ~unknown));

        ReferenceValues references = ReferenceValues.Of(Built.Image)!;
        PartitionReference own = references.Partitions["attest"];
        Says(certificates[1], own.Code, own.MemoryMap, own.Devices, own.Anchors);
        Says(certificates[2], references.Microvisor.Code, references.Microvisor.MemoryMap, references.Microvisor.Devices, references.Microvisor.Services);
    }

    [Fact]
    public void ADeviceIsTheSameAtEachBootAndAnotherDeviceIsAnother()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, new IdentityMaker(SHA256.HashData([1])).Make(SHA256.HashData([2])));
            QemuMachine other = Built.Machine with { SimulatedFuses = (file, Built.Image.DeviceSecret!.Value) };
            Assert.Equal(Chain(Built.Machine)[0], Chain(Built.Machine)[0]);
            Assert.NotEqual(Key(Chain(Built.Machine)[1]), Key(Chain(other)[1]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void OneBitOfAServiceChangesTheKey()
    {
        string file = Path.GetTempFileName();
        try
        {
            byte[] bytes = Built.Image.Bytes.ToArray();
            PlacedArea area = Built.Image.Map.Areas.First(area => area is { Owner: "other", Purpose: "constants" });
            bytes[area.End - 1 - Layout.LoadBase] ^= 1;
            File.WriteAllBytes(file, bytes);
            byte[][] before = Chain(Built.Machine), after = Chain(Built.Machine with { Kernel = file });
            Assert.NotEqual(Key(before[2]), Key(after[2]));
            Assert.NotEqual(Key(before[1]), Key(after[1]));
            Assert.Equal(before[3], after[3]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void WithoutASecretNobodyHasAnIdentity()
    {
        using Machine machine = Machine.Boot(Built.Machine with { SimulatedFuses = null });
        machine.Expect("^attest *\\| no identity$");
    }

    /// <summary>Leaf, partition, microvisor, device.</summary>
    private static byte[][] Chain(QemuMachine description)
    {
        using Machine machine = Machine.Boot(description);
        byte[][] chain = [.. Enumerable.Range(0, 4).Select(_ => Shown(machine, "certificate"))];
        Assert.Equal(new byte[32], Shown(machine, "key"));
        return chain;
    }

    private static byte[] Shown(Machine machine, string what)
    {
        List<byte> bytes = [];
        while (machine.Expect($"^attest *\\| {what} ([0-9a-f]+|ends)\n").Groups[1].Value is not "ends" and string line)
            bytes.AddRange(Convert.FromHexString(line));
        return [.. bytes];
    }

    /// <summary>The extension holds the code's hash, and the descriptor in it the others.</summary>
    private static void Says(X509Certificate2 certificate, params string[] hashes)
    {
        string input = Convert.ToHexStringLower(certificate.Extensions[OpenDiceInput]!.RawData);
        Assert.StartsWith(hashes[0], input[(input.IndexOf("a0420440", StringComparison.Ordinal) + 8)..]);
        string descriptor = Regex.Match(input, "3a0001388[0-3]5820([0-9a-f]{64}).*3a0001388[0-3]5820([0-9a-f]{64}).*3a0001388[0-3]5820([0-9a-f]{64})") is { Success: true } match
            ? string.Join(' ', match.Groups.Values.Skip(1).Select(group => group.Value)) : "";
        Assert.Equal(string.Join(' ', hashes[1..]), descriptor);
    }

    private static byte[] Key(byte[] certificate) => X509CertificateLoader.LoadCertificate(certificate).GetPublicKey();
}
