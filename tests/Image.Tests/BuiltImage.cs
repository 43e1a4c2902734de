using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>What tests read from a built image.</summary>
internal static class BuiltImage
{
    public static int IndexOf(this SystemImage image, string partition) =>
        image.Map.Partitions.ToList().FindIndex(placed => placed.Name == partition);

    public static PlacedArea Area(this SystemImage image, string owner, string purpose) =>
        Assert.Single(image.Map.Areas, area => area.Owner == owner && area.Purpose == purpose);

    public static ReadOnlySpan<byte> At(this SystemImage image, ulong address) => image.Bytes.Span[(int)(address - Layout.LoadBase)..];

    public static Manifest Manifest(this SystemImage image, string partition) =>
        MemoryMarshal.Read<Manifest>(image.At(image.Area(partition, "manifest").Address));

    public static Dictionary<ulong, SeenPage> Pages(this SystemImage image, string partition) =>
        HardwareWalk.Stage2(image, image.Config.Partitions[image.IndexOf(partition)].Vttbr);

    public static ulong Capability(this SystemImage image, string partition, ulong slot) =>
        image.Config.Partitions[image.IndexOf(partition)].Capabilities[(int)slot];

    /// <summary>Index of a partition's vCPU in the kernel's tables.</summary>
    public static ulong Vcpu(this SystemImage image, string partition, int number = 0) =>
        image.Config.Partitions[image.IndexOf(partition)].Vcpus[number];

    public static string Text(this Name name)
    {
        byte[] bytes = [.. BitConverter.GetBytes(name.Low), .. BitConverter.GetBytes(name.High)];
        return Encoding.ASCII.GetString(bytes).TrimEnd('\0');
    }
}
