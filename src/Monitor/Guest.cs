using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The guest as the image builder described it.</summary>
internal static unsafe class Guest
{
    /// <summary>Copies the guest's images into its RAM, as they stood at the first start.</summary>
    public static void Load(in GuestInfo guest)
    {
        for (int i = 0; i < (int)guest.LoadCount; i++)
        {
            ref readonly LoadEntry load = ref guest.Loads[i];
            Memory.Copy(load.Destination, load.Source, load.Size);
            Memory.Fill(load.Destination + load.Size, 0, load.Zero);
            Memory.Clean(load.Destination, load.Size + load.Zero);
        }
    }
}
