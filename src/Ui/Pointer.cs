using Redoubt.Abi;

namespace Redoubt.Ui;

/// <summary>Where the finger is on the display, from a tablet's events.</summary>
public struct Pointer
{
    // Greatest value of a tablet's axes, and its button (BTN_LEFT): QEMU, hw/input/virtio-input-hid.c.
    private const uint Range = 0x7fff, Button = 0x110;

    private uint _width, _height, _x, _y;
    private bool _isDown;

    /// <summary>Takes the size of the display, in pixels.</summary>
    public void Open(uint width, uint height)
    {
        _width = width;
        _height = height;
    }

    /// <summary>Pixels from the left and from the top of the display.</summary>
    public readonly uint X => _x * _width / (Range + 1);

    public readonly uint Y => _y * _height / (Range + 1);

    /// <summary>Whether the finger touches, as of the last <see cref="Feed"/> that returned true.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Takes an event; true at the end of a group of them, when the finger is where it was told to be.</summary>
    public bool Feed(ulong word)
    {
        uint value = Screen.Value(word);
        switch (Screen.Type(word))
        {
            case Screen.Absolute when Screen.Code(word) == Screen.X:
                _x = System.Math.Min(value, Range);
                return false;
            case Screen.Absolute when Screen.Code(word) == Screen.Y:
                _y = System.Math.Min(value, Range);
                return false;
            case Screen.Key when Screen.Code(word) == Button:
                _isDown = value != 0;
                return false;
            case Screen.Synchronise:
                IsDown = _isDown;
                return true;
            default:
                return false;
        }
    }
}
