/** The page's two small scripts. Nothing depends on them. */
import type { Frame } from '../frame.ts';

/** Opens whatever a link leads into, and on paper what somebody has to see. Without scripts the browser opens it itself. */
export const openingScript = `(()=>{
const open=()=>{const at=location.hash.length>1&&document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(!at)return;let closed=false;for(let e=at;e;e=e.parentElement)if(e.tagName==='DETAILS'&&!e.open){e.open=true;closed=true}
if(closed)at.scrollIntoView()};
addEventListener('hashchange',open);open();
const paper=[...document.querySelectorAll('details.on-paper')];let opened=[];
addEventListener('beforeprint',()=>{opened=paper.filter((e)=>!e.open);for(const e of opened)e.open=true});
addEventListener('afterprint',()=>{for(const e of opened)e.open=false});
})();`;

/** A line that follows the pointer through all panels of the time axis, with the time. */
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
