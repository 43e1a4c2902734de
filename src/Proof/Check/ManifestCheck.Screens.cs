using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>What a partition is told of screens and of its work memory; physical addresses only where a device needs them.</summary>
internal sealed partial class ManifestCheck
{
    /// <summary>Name of the channels that belong to screens.</summary>
    public const string ScreenChannel = "screen";

    private bool HasUnconfinedDma => _image.Map.Devices.Any(device => device.Owner == _partition.Name && device.Dma && device.Streams is null);

    private void CheckScreens(ReadOnlySpan<ScreenEnd> ends, ReadOnlySpan<ChannelEnd> channels)
    {
        string client = _image.GuestOf(_partition)?.Name ?? _partition.Name;
        List<PlacedScreen> left = [.. _image.Map.Screens.Where(screen => screen.Client == client || screen.Ui == _partition.Name)];
        for (int i = 0; i < ends.Length; i++)
        {
            ScreenEnd end = ends[i];
            ChannelEnd channel = end.Channel < _manifest.ChannelCount ? channels[(int)end.Channel] : default;
            PlacedScreen? screen = left.Find(screen => IsName(channel.Name, ScreenChannel) && IsName(channel.Peer, screen.Ui == _partition.Name ? screen.Client : screen.Ui));
            Require(screen is not null, $"screen {i} is none of its own, or told of twice");
            if (screen is null)
                continue;
            left.Remove(screen);
            string what = $"screen {i} (of {screen.Client})";
            bool shows = screen.Ui == _partition.Name;
            Require(end.Width == screen.Width && end.Height == screen.Height, $"{what} has {screen.Width} by {screen.Height} pixels, not {end.Width} by {end.Height}");
            Require(_partition.Kind == PartitionKind.Monitor ? end.Surface == 0 : Sees(end.Surface, screen.Address), $"{what} is not at 0x{end.Surface:x}");
            Require(end.Physical == (HasUnconfinedDma ? screen.Address : 0), $"{what} has not the physical address 0x{end.Physical:x}, or may not know it");
            Require(IsTitle(end.Title, shows ? screen.Title : ""), $"{what} has other words in its strip");
        }

        foreach (PlacedScreen screen in left)
        {
            Require(false, $"the screen of {screen.Client} is not told of");
        }
    }

    private void CheckWork()
    {
        PlacedArea? area = _image.Map.Areas.FirstOrDefault(area => area.Owner == _partition.Name && area.Purpose == "work memory");
        Require(_manifest.WorkSize == (area?.Size ?? 0), $"0x{_manifest.WorkSize:x} bytes are not the size of its work memory");
        Require(area is null ? _manifest.WorkAddress == 0 : Sees(_manifest.WorkAddress, area.Address), $"its work memory is not at 0x{_manifest.WorkAddress:x}");
        Require(_manifest.WorkPhysical == (area is not null && HasUnconfinedDma ? area.Address : 0), $"its work memory has not the physical address 0x{_manifest.WorkPhysical:x}, or it may not know it");
    }

    private static bool IsTitle(Title title, string text)
    {
        Span<byte> expected = stackalloc byte[Title.Longest];
        return Encoding.UTF8.TryGetBytes(text, expected, out _) && MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)title).SequenceEqual(expected);
    }
}
