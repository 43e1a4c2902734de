using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>
/// Keys and touch of a guest that has a screen, as the partition <c>ui</c> sends them (<see cref="Screen"/>). Events stay in the ring until the driver has a place for
/// them; those for a device without a driver are lost.
/// </summary>
public struct Input
{
    /// <summary>The two devices.</summary>
    public VirtioInput Keys, Touch;

    private ScreenClient _screen;
    private bool _wasTouch;

    /// <summary>Whether the guest has a screen.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>Connects to ui.</summary>
    public void Connect(in ScreenEnd screen, in ChannelEnd end)
    {
        IsPresent = true;
        _screen.Open(in end);
        Touch.MakeTouch((uint)screen.Width, (uint)screen.Height);
    }

    /// <summary>Takes the values after reset.</summary>
    public void Open()
    {
        Keys.Open();
        Touch.Open();
        _wasTouch = false;
    }

    /// <summary>Moves what can be moved; nothing reaches a guest that is off.</summary>
    public void Run(bool isOn, in GuestMemory memory)
    {
        // No more than a ring's worth, however fast ui adds to it: it tells of what it adds.
        for (ulong left = _screen.Count; left != 0 && !(isOn && (Keys.IsFull || Touch.IsFull)) && _screen.TryTake(out ulong word); left--)
        {
            if (isOn)
                Send(word, in memory);
        }

        Keys.Run(in memory);
        Touch.Run(in memory);
    }

    // The end of a group goes where the group went.
    private void Send(ulong word, in GuestMemory memory)
    {
        uint type = Screen.Type(word);
        if (type != Screen.Synchronise)
            _wasTouch = type == Screen.Absolute || Screen.Code(word) >= Screen.KeyLimit;
        if (_wasTouch)
            Touch.Send(word, in memory);
        else
            Keys.Send(word, in memory);
    }
}
