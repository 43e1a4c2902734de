using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>What a simulated system measures as; each measurement is the hash of a made-up text.</summary>
internal sealed record Measurements
{
    public int SecurityVersion { get; init; } = 3;

    public byte[] Code { get; init; } = Of("microvisor");

    public byte[] MemoryMap { get; init; } = Of("tables");

    public byte[] Devices { get; init; } = Of("who has what");

    public byte[] Services { get; init; } = Of("ui, console, monitors");

    public byte[] PinPadCode { get; init; } = Of("pinpad");

    public byte[] PinPadMemoryMap { get; init; } = Of("tables of pinpad");

    public byte[] PinPadDevices { get; init; } = Of("manifest of pinpad");

    public byte[] Anchors { get; init; } = Of("First Bank");

    public static byte[] Of(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The file that the image builder would write.</summary>
    public string ReferenceFile() => new JsonObject
    {
        ["profile"] = "redoubt-reference-values-1",
        ["system"] = "phone",
        ["image"] = Hex(Of("image")),
        ["securityVersion"] = SecurityVersion,
        ["microvisor"] = new JsonObject { ["code"] = Hex(Code), ["memoryMap"] = Hex(MemoryMap), ["devices"] = Hex(Devices), ["services"] = Hex(Services) },
        ["partitions"] = new JsonObject
        {
            ["pinpad"] = new JsonObject { ["code"] = Hex(PinPadCode), ["memoryMap"] = Hex(PinPadMemoryMap), ["devices"] = Hex(PinPadDevices), ["anchors"] = Hex(Anchors) },
        },
    }.ToJsonString();

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
