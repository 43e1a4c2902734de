namespace Redoubt.Dice;

/// <summary>What is known of one layer, as SHA-256 of memory. docs/pin-entry.md says of which.</summary>
public struct Measurements
{
    /// <summary>Its code.</summary>
    public Digest Code;

    /// <summary>Its translation tables.</summary>
    public Digest MemoryMap;

    /// <summary>What says which devices and channels it has.</summary>
    public Digest Devices;

    /// <summary>Of the microvisor, the services; of a partition, its bank anchors.</summary>
    public Digest Others;
}
