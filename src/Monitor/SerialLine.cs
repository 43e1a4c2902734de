using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>
/// A serial line from the guest to another partition: a second virtio console, <c>/dev/hvc1</c> to Linux, over a channel of bytes. What arrives while no driver is
/// there is lost; what the guest sends waits until there is room.
/// </summary>
public struct SerialLine
{
    private VirtioConsole _console;
    private Port _port;

    /// <summary>Whether the guest has one.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>Whether something waits for room at the other end.</summary>
    public readonly bool IsStalled => _console.IsStalled;

    /// <summary>Whether it has an interrupt for the guest.</summary>
    public readonly bool Line => _console.Transport.Line;

    /// <summary>Connects it to a channel.</summary>
    public void Connect(in ChannelEnd end)
    {
        IsPresent = true;
        _port.Open(in end, patience: 0);
    }

    /// <summary>Takes the values after reset.</summary>
    public void Open() => _console.Open();

    /// <summary>Moves what can be moved; nothing reaches a guest that is off.</summary>
    public void Run(bool isOn, in GuestMemory memory)
    {
        if (isOn && _console.Transport.IsDriven)
            _console.Run(ref _port, listening: true, in memory);
        else
            _port.Discard();
    }

    /// <summary>Reads a register.</summary>
    public readonly uint Read(ulong offset, int size) => _console.Transport.Read(offset, size);

    /// <summary>Writes a register.</summary>
    public void Write(ulong offset, uint value, in GuestMemory memory)
    {
        if (_console.Transport.Write(offset, value, in memory))
            Run(isOn: true, in memory);
    }
}
