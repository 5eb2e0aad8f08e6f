"""From words to sound: utterances, voices in guarded worker processes, clips, levels, the loudspeaker.

What is said, and when, is the matter of the device that speaks; nothing here knows a call or a screen.
"""
