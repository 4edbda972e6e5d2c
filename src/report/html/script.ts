/** A line that follows the pointer through all panels of the time axis, with the time. Nothing depends on it. */
import type { Frame } from '../frame.ts';

/** The inline script for a frame. It draws in the page only, and asks nobody for anything. */
export const cursorScript = ({ fromUs, toUs, zeroUs }: Frame): string => `(()=>{
const stack=document.querySelector('.stack');if(!stack)return;
const cursor=document.createElement('div');cursor.className='cursor';cursor.setAttribute('aria-hidden','true');
const time=document.createElement('span');cursor.append(time);stack.append(cursor);
const from=${(fromUs - zeroUs) / 1e6},to=${(toUs - zeroUs) / 1e6};
stack.addEventListener('pointermove',(event)=>{
const field=event.target.closest('.on-time')?.querySelector('.field');
if(!field){cursor.style.display='none';return}
const box=field.getBoundingClientRect(),all=stack.getBoundingClientRect();
const share=(event.clientX-box.left)/box.width;
if(share<0||share>1){cursor.style.display='none';return}
cursor.style.cssText='display:block;left:'+(event.clientX-all.left)+'px';
time.style.top=(event.clientY-all.top-24)+'px';
time.className=share>.8?'left':'';
const second=from+share*(to-from);
time.textContent=(second<0?'−':'+')+Math.abs(second).toFixed(2)+' s';
});
stack.addEventListener('pointerleave',()=>{cursor.style.display='none'});
})()`;
